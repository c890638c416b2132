"""Helpers of the lead_scoring dbt project."""
