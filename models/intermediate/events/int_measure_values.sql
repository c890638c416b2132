-- The numbers that conditions are compared with part all numbers in ranges. A
-- condition holds for all of a range or for none of it, so that one number can
-- stand for all: operators look at few, however many there are.
with deliveries as (
    {{ deliveries_of(ref('int_changed_days')) }}
)

{{ measure_values('deliveries') }}
