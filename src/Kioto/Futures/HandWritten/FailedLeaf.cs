using System;

namespace Kioto;

/// <summary>A future that has failed before it began.</summary>
/// <typeparam name="T">The type of the result that it does not have.</typeparam>
internal sealed class FailedLeaf<T> : LeafSource<T>
{
    private Exception? _exception;

    internal static Future<T> Await(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        FailedLeaf<T> leaf = SourcePool<FailedLeaf<T>>.Rent(Ambient.Current);
        leaf._exception = exception;
        return new Future<T>(leaf, leaf.Version);
    }

    private protected override bool Poll(ref PollContext context) => Fail(_exception!);

    private protected override bool Withdraw() => true;

    private protected override void Recycle(Ambient ambient)
    {
        _exception = null;
        ClearOutcome();
        SourcePool<FailedLeaf<T>>.Return(ambient, this);
    }
}
