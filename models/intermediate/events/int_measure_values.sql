-- The numbers that conditions are compared with part all numbers in ranges. A
-- condition holds for all of a range or for none of it, so that one number can
-- stand for all: operators look at few, however many there are.
{{ measure_values(ref('int_seen_fields')) }}
