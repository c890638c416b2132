select * from {{ parquet('outcomes') }}
