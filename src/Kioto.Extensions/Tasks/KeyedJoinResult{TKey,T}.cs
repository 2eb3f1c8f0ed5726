namespace Kioto;

/// <summary>A task of a <see cref="JoinMap{TKey, T}"/> that has ended.</summary>
/// <typeparam name="TKey">The type of the keys.</typeparam>
/// <typeparam name="T">The type of the results.</typeparam>
/// <param name="Key">The task's key.</param>
/// <param name="Result">How it ended.</param>
public readonly record struct KeyedJoinResult<TKey, T>(TKey Key, JoinResult<T> Result);
