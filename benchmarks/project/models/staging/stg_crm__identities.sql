select * from {{ parquet('identities') }}
