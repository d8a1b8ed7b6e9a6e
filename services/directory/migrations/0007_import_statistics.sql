-- minimum program: 0.1.0
-- An import that fills tables counts them before it makes the index: planned for the few rows of before, the statement
-- that reads a whole source takes a thousand times as long.

grant maintain on
    organization, service, location, service_at_location, address, phone, way_in, schedule, language, service_area,
    attribute, service_capacity, taxonomy_term
    to {import};
