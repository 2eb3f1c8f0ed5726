using System;
using System.Threading;

namespace Kioto.Sync;

/// <summary>Lets a .NET token end a wait.</summary>
internal static class Cancellable
{
    /// <summary>Waits for the future until the token is cancelled; then the future is withdrawn.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">A future of one leaf of this library.</param>
    /// <param name="token">The token.</param>
    /// <returns>The result; a value that had come already is not lost.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    internal static Future<T> Run<T>(Future<T> future, CancellationToken token) =>
        token.CanBeCanceled ? new CancellableFuture<T>(future, token).AsFuture() : future;

    private sealed class CancellableFuture<T>(Future<T> future, CancellationToken token) : Strand, IFuture<T>, IDisposable
    {
        private CancellationTokenRegistration _registration;
        private WakeTarget? _outer;
        private bool _begun;

        internal override WakeTarget Target => _outer!;

        public Poll<T> Poll(ref PollContext context)
        {
            if (future.Source is not { } source)
            {
                return Kioto.Poll<T>.Ready(future.Value);
            }

            Ambient ambient = Ambient.Current;
            Strand? outer = ambient.Strand;
            _outer = context.Waker.Target!;
            ambient.Strand = this;
            try
            {
                bool done = _begun ? Resume(ambient) : Begin(source, ambient);
                if (!done && token.IsCancellationRequested)
                {
                    Cancel(ambient);
                    ForgetChain();
                    _registration.Dispose();
                    Finish(source);
                    throw new OperationCanceledException(token);
                }

                if (!done)
                {
                    return Kioto.Poll<T>.Pending;
                }
            }
            finally
            {
                ambient.Strand = outer;
            }

            _registration.Dispose();
            return Kioto.Poll<T>.Ready(source.GetResult(future.Token));
        }

        public void Dispose()
        {
            _registration.Dispose();
            DropFrames();
        }

        internal override void Wake() => _outer?.Wake();

        private void Finish(FutureSource<T> source)
        {
            try
            {
                source.GetResult(future.Token);
            }
            catch (FutureCancelledException)
            {
                // What was withdrawn says so.
            }
        }

        private bool Begin(FutureSource<T> source, Ambient ambient)
        {
            _begun = true;
            if (Begin(source, future.Token, ambient))
            {
                return true;
            }

            _registration = token.UnsafeRegister(static self => ((CancellableFuture<T>)self!).Wake(), this);
            return false;
        }
    }
}
