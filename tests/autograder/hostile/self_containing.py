"""Returns lists, tuples and dictionaries that contain themselves, or a hundred thousand others."""



def estep(X, weights, means, covariances):
    values = []
    values.append((values, values))
    estep.calls = getattr(estep, "calls", 0) + 1
    if estep.calls % 2:
        return values
    deep = ()
    for _ in range(100_000):
        deep = (deep,)
    return deep
