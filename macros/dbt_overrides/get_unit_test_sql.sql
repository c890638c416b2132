{#- dbt renders the SQL that a unit test is given, and not the SQL that it
    expects, where a key is another number on every engine. -#}
{%- macro default__get_unit_test_sql(
    main_sql, expected_fixture_sql, expected_column_names
) -%}
    {{- return(dbt.default__get_unit_test_sql(
        main_sql, render(expected_fixture_sql), expected_column_names
    )) -}}
{%- endmacro -%}
