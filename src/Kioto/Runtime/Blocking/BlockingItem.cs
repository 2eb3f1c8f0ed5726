namespace Kioto;

/// <summary>What a thread of a pool has taken from the queue.</summary>
internal readonly record struct BlockingItem(IBlockingWork Work, BlockingKind Kind);
