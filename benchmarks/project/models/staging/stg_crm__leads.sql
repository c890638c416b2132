select * from {{ parquet('leads') }}
