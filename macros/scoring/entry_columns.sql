{#- The columns of `int_entries`, each as `given` has it and null where it has
    not. As few as do: over all entries, an empty column takes as long to write
    as a full one. -#}
{%- macro entry_columns(given) -%}
    {%- set number = lead_scoring.type_double() -%}
    {%- for column, type in {
        'scored_at': dbt.type_timestamp(),
        'lead_key': dbt.type_bigint(),
        'entry_key': dbt.type_bigint(),
        'matched_count': dbt.type_bigint(),
        'first_matched_at': dbt.type_timestamp(),
        'last_matched_at': dbt.type_timestamp(),
        'points_before_cap': number,
        'points': number,
        'gained': number,
        'lost': number,
        'explicit_points': number,
        'implicit_points': number,
        'name': dbt.type_string(),
    }.items() -%}
    cast({{ given.get(column, 'null') }} as {{ type }}) as {{ column }}
        {{- ",
    " if not loop.last -}}
    {%- endfor -%}
{%- endmacro -%}
