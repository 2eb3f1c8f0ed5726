using System.Collections.Generic;
using System.Threading;

namespace Kioto.Streams;

/// <summary>Several sequences as one: a step of each is in flight, at most.</summary>
internal sealed class MergedStream<T>(IAsyncEnumerable<T>[] sources) : FutureStream<T>
{
    protected override FutureEnumerator<T> Enumerate(CancellationToken cancellationToken)
    {
        SourceReader<T>[] readers = new SourceReader<T>[sources.Length];
        for (int i = 0; i < readers.Length; i++)
        {
            readers[i] = new SourceReader<T>(sources[i], cancellationToken);
        }

        return new Enumerator(readers);
    }

    private sealed class Enumerator(SourceReader<T>[] readers) : FutureEnumerator<T>
    {
        // The steps, each marked with its sequence. The one that has given an element goes to the back.
        private readonly FutureSetCore<bool> _steps = new();
        private int _given = -1;
        private bool _begun;
        private bool _disposed;
        private StreamFailure _failure;

        public override async Future<bool> MoveNextAsync()
        {
            if (_failure.IsSet)
            {
                return await Fail();
            }

            Begin();
            if (_given >= 0 && !_disposed)
            {
                _steps.Add(readers[_given].MoveNextAsync(), _given);
                _given = -1;
            }

            while (true)
            {
                SetItem<bool> item = await FutureSetLeaf<bool>.Next(_steps);
                if (!item.HasOutcome)
                {
                    return false;
                }

                if (item.Outcome.Error is { } error)
                {
                    _failure.Set(error);
                    return await Fail();
                }

                if (item.Outcome.Get())
                {
                    _given = item.Tag;
                    Current = readers[item.Tag].Current;
                    return true;
                }

                await readers[item.Tag].DisposeAsync();
            }
        }

        public override async Future DisposeAsync()
        {
            _failure.Report();
            await EndAll();
        }

        private async Future EndAll()
        {
            _begun = true;
            _disposed = true;
            foreach (SourceReader<T> reader in readers)
            {
                reader.Stop();
            }

            await FutureSetLeaf<bool>.CancelAll(_steps);
            await Cleanup.DisposeAll(readers);
        }

        private void Begin()
        {
            if (_begun)
            {
                return;
            }

            _begun = true;
            for (int i = 0; i < readers.Length; i++)
            {
                _steps.Add(readers[i].MoveNextAsync(), i);
            }
        }

        private async Future<bool> Fail()
        {
            await Cleanup.AfterFailure(EndAll());
            _failure.Throw();
            return false;
        }
    }
}
