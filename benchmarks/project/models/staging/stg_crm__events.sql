select * from {{ parquet('events') }}
