select * from {{ parquet('erasures') }}
