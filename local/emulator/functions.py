"""Describes the deployed functions to the supervisor, which runs them."""


def describe(client, physical_ids, folders):
    """Returns the configurations of functions. Both dictionaries have the functions' logical ids as keys."""
    described = []
    for logical_id, name in sorted(physical_ids.items()):
        configuration = client.get_function_configuration(FunctionName=name)
        concurrency = client.get_function_concurrency(FunctionName=name)
        described.append({
            "name": name,
            "arn": configuration["FunctionArn"],
            "folder": folders[logical_id],
            "environment": configuration.get("Environment", {}).get("Variables", {}),
            "timeout": configuration["Timeout"],
            "memorySize": configuration["MemorySize"],
            "concurrency": concurrency.get("ReservedConcurrentExecutions", 0),
        })
    return described
