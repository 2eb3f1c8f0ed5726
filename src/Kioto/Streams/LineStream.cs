using System;
using System.Threading;

namespace Kioto.Streams;

/// <summary>Lines of what a function reads.</summary>
internal sealed class LineStream(Func<Memory<byte>, Future<int>> read, int maxLength) : FutureStream<string>
{
    private int _begun;

    protected override FutureEnumerator<string> Enumerate(CancellationToken cancellationToken)
    {
        // ORDERING: uniqueness only.
        if (Interlocked.Exchange(ref _begun, 1) != 0)
        {
            throw new InvalidOperationException(
                "These lines are being enumerated already: a second enumeration would miss what the first has read ahead.");
        }

        return new Enumerator(read, new LineBuffer(maxLength));
    }

    private sealed class Enumerator(Func<Memory<byte>, Future<int>> read, LineBuffer buffer) : FutureEnumerator<string>
    {
        private bool _ended;

        public override async Future<bool> MoveNextAsync()
        {
            string? line;
            while (!buffer.TryTake(_ended, out line))
            {
                if (_ended)
                {
                    return false;
                }

                int count = await read(buffer.Free());
                buffer.Advance(count);
                _ended = count == 0;
            }

            Current = line;
            return true;
        }

        public override Future DisposeAsync()
        {
            _ended = true;
            buffer.Clear();
            return Future.Completed;
        }
    }
}
