namespace Kioto.Sync;

/// <summary>Finds a part of a guarded value that may only be read.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <typeparam name="TPart">The type of the part.</typeparam>
/// <param name="value">The value.</param>
/// <returns>The part.</returns>
public delegate ref readonly TPart ReadSelector<T, TPart>(ref readonly T value);
