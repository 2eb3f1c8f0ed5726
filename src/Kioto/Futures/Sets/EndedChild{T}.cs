namespace Kioto;

/// <summary>A child of a future set that has just completed.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
/// <param name="Item">How it ended.</param>
/// <param name="Child">The place that it had.</param>
/// <param name="Version">The version of the place when it had it.</param>
internal readonly record struct EndedChild<T>(SetItem<T> Item, FutureSetChild<T> Child, uint Version);
