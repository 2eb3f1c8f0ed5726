using System;

namespace Kioto.SyncTests;

/// <summary>A future that is polled only when the test says so, while the task that holds it goes on: an arm that a select keeps.</summary>
internal sealed class Parked<T> : IDisposable
{
    private readonly Arm _arm = new();
    private readonly FutureSource<T> _source;
    private readonly uint _token;
    private bool _begun;
    private bool _ended;

    internal Parked(Future<T> future)
    {
        future = future.Owned();
        _source = future.Source!;
        _token = future.Token;
    }

    private Parked(FutureSource<T> source, uint token)
    {
        _source = source;
        _token = token;
    }

    internal static Parked<Unit> Of(Future future) => new(future.Source!, future.Token);

    /// <summary>How often it was woken.</summary>
    internal int Wakes => _arm.Wakes;

    /// <summary>Polls once, in the current task.</summary>
    /// <returns>Whether it has completed.</returns>
    internal bool Poll()
    {
        Ambient ambient = Ambient.Current;
        Strand outer = ambient.Strand!;
        _arm.Outer = outer;
        ambient.Strand = _arm;
        ambient.Budget = int.Max(ambient.Budget, 1); // On a busy machine the task's slice may be over: then nothing would be polled.
        try
        {
            bool done = _begun ? _arm.Resume(ambient) : _arm.Begin(_source, _token, ambient);
            _begun = true;
            return done;
        }
        finally
        {
            ambient.Strand = outer;
        }
    }

    internal T Result()
    {
        _ended = true;
        return _source.GetResult(_token);
    }

    /// <summary>Cancels it, as a select cancels the losing arm.</summary>
    public void Dispose()
    {
        if (_ended || !_begun)
        {
            return;
        }

        _ended = true;
        Ambient ambient = Ambient.Current;
        Strand outer = ambient.Strand!;
        ambient.Strand = _arm;
        _arm.Cancel(ambient);
        ambient.Strand = outer;
        Assert.Throws<FutureCancelledException>(() => _source.GetResult(_token));
    }

    private sealed class Arm : Strand
    {
        internal Strand? Outer;

        internal int Wakes;

        private protected override WakeTarget OuterTarget => Outer!.Target;

        internal override void Wake()
        {
            Wakes++;
            Outer!.Wake();
        }
    }
}
