{{ config(enabled=source_models_of('links') != []) }}

-- Which record each visitor of a stream is: the first user that is known.
with links as (
    select * from {{ union_of_sources(
        'links', ['anonymous_id', 'user_id', 'linked_at']
    ) }} as links
),

users as (
    {{ users_of_records() }}
),

known as (
    select
        links.anonymous_id,
        users.record_id as lead_id,
        links.linked_at as identified_at,
        row_number() over (
            partition by links.anonymous_id
            order by
                links.linked_at, users.place,
                {{ in_byte_order('users.record_id') }}
        ) as place
    from links
    inner join users on links.user_id = users.user_id
    where links.anonymous_id is not null
)

select anonymous_id, lead_id, identified_at
from known
where place = 1
