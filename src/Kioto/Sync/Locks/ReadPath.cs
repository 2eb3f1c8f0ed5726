namespace Kioto.Sync;

/// <summary>A part of a part that may only be read: one selector behind the other.</summary>
/// <typeparam name="T">The type of the whole value.</typeparam>
/// <typeparam name="TPart">The type of the part.</typeparam>
/// <typeparam name="TInner">The type of the part's part.</typeparam>
/// <param name="outer">Finds the part.</param>
/// <param name="inner">Finds its part.</param>
internal sealed class ReadPath<T, TPart, TInner>(ReadSelector<T, TPart> outer, ReadSelector<TPart, TInner> inner)
{
    internal ref readonly TInner Select(ref readonly T value) => ref inner(in outer(in value));
}
