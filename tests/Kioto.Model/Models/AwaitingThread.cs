using Xunit;

namespace Kioto.ModelTests;

/// <summary>A thread that polls one future with frames, as <c>BlockOn</c> does.</summary>
internal sealed class AwaitingThread<T> : Strand
{
    private readonly ParkedThread _thread = new();
    private FutureSource<T>? _root;
    private uint _token;
    private Future<T> _value;

    internal override void Wake() => _thread.Wake();

    /// <summary>Polls it for the first time.</summary>
    /// <returns>Whether it has completed.</returns>
    internal bool Begin(Future<T> future)
    {
        _root = future.Source;
        _token = future.Token;
        if (_root is null)
        {
            _value = future;
            return true;
        }

        Ambient ambient = Ambient.Current;
        ambient.Strand = this;
        return Begin(_root, _token, ambient);
    }

    internal T Result() => _root is { } root ? root.GetResult(_token) : _value.GetAwaiter().GetResult();

    internal T Await(Future<T> future)
    {
        bool done = Begin(future);
        while (!done)
        {
            _thread.Sleep();
            done = Resume(Ambient.Current);
        }

        return Result();
    }

    /// <summary>Cancels it; it unwinds without waiting.</summary>
    internal void Cancel()
    {
        Assert.True(Cancel(Ambient.Current));
        Assert.Throws<FutureCancelledException>(() => Result());
    }
}
