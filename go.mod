module tenantry

go 1.26.0
