module tenantry/local

go 1.26.0
