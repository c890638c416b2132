{#- One row for each key, and no key with a null in it, in one test. `columns`:
    the key; `nullable`: those of them that may be null. -#}
{% test primary_key(model, columns, nullable=[]) %}
    select
        {{ columns | join(', ') }},
        count(*) as row_count
    from {{ model }}
    group by {{ columns | join(', ') }}
    having
        count(*) > 1
        {% for column in columns | reject('in', nullable) %}
            or {{ column }} is null
        {% endfor %}
{% endtest %}
