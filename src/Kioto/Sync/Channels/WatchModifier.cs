namespace Kioto.Sync;

/// <summary>Changes a copy of a watched value, or leaves it.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="value">A copy of the value.</param>
/// <returns>Whether it was changed: then it is stored, and receivers are told.</returns>
public delegate bool WatchModifier<T>(ref T value);
