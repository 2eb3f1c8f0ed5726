namespace Kioto;

/// <summary>Nobody looks at it in a model, whose planted bugs have strands of their own.</summary>
internal sealed class BlockOnList
{
    internal void Add(object strand)
    {
    }

    internal void Remove(object strand)
    {
    }
}
