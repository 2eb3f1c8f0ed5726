namespace Kioto;

/// <summary>Nobody looks at it in a model.</summary>
internal sealed class BlockOnList
{
    internal void Add(BlockOnStrand strand)
    {
    }

    internal void Remove(BlockOnStrand strand)
    {
    }
}
