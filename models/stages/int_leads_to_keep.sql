-- A version begins with the `as_of` of the build that saw it first, not with
-- the time of the clock. A look-back keeps nothing: a past moment must not
-- write into a history that already goes further.
with leads as (
    select * from {{ ref('int_leads') }}
    where is_in_leads
),

moment as (
    select * from {{ moment_to_keep() }} as moment
)

select
    leads.lead_id,
    leads.email,
    {% for column in field_columns('lead_attributes').values() -%}
    leads.{{ column }},
    {% endfor %}
    moment.scored_at as known_at
from leads
cross join moment
