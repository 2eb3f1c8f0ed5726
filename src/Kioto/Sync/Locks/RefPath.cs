namespace Kioto.Sync;

/// <summary>A part of a part: one selector behind the other.</summary>
/// <typeparam name="T">The type of the whole value.</typeparam>
/// <typeparam name="TPart">The type of the part.</typeparam>
/// <typeparam name="TInner">The type of the part's part.</typeparam>
/// <param name="outer">Finds the part.</param>
/// <param name="inner">Finds its part.</param>
internal sealed class RefPath<T, TPart, TInner>(RefSelector<T, TPart> outer, RefSelector<TPart, TInner> inner)
{
    internal ref TInner Select(ref T value) => ref inner(ref outer(ref value));
}
