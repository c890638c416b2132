{{ group_points(ref('int_rule_points'), ref('int_score_groups')) }}
