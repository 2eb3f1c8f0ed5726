using System.Collections.Generic;
using System.Threading;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>A queue for one producer and one consumer is right without any fence.</summary>
public sealed class RingTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RingKeepsEverythingInOrder(bool storeBuffers)
    {
        var options = new ModelOptions { StoreBuffers = storeBuffers, PreemptionBound = 3 };
        ModelReport report = Model.Check(options, () => Transfer(new Ring()));

        Assert.True(report.Complete);
    }

    [Fact]
    public void PublishingBeforeWritingIsFound() =>
        Assert.Throws<ModelFailureException>(() => Model.Check(() => Transfer(new Ring { PublishFirst = true })));

    private static void Transfer(Ring ring)
    {
        const int Items = 3;
        ModelHandle producer = Model.Spawn(() =>
        {
            for (int i = 1; i <= Items; i++)
            {
                while (!ring.TryEnqueue(i.ToString(System.Globalization.CultureInfo.InvariantCulture)))
                {
                    Thread.SpinWait(1);
                }
            }
        });
        var received = new List<string?>();
        while (received.Count < Items)
        {
            if (ring.TryDequeue(out string? item))
            {
                received.Add(item);
            }
            else
            {
                Thread.SpinWait(1);
            }
        }

        producer.Join();
        Assert.Equal(["1", "2", "3"], received);
    }

    private sealed class Ring
    {
        private readonly string?[] _items = new string?[2];
        private uint _head;
        private uint _tail;

        internal bool PublishFirst { get; init; }

        internal bool TryEnqueue(string item)
        {
            uint tail = Volatile.Read(ref _tail);
            if (tail - Volatile.Read(ref _head) == _items.Length)
            {
                return false;
            }

            if (PublishFirst)
            {
                Volatile.Write(ref _tail, tail + 1);
            }

            Volatile.Write(ref _items[tail % _items.Length], item);
            if (!PublishFirst)
            {
                Volatile.Write(ref _tail, tail + 1);
            }

            return true;
        }

        internal bool TryDequeue(out string? item)
        {
            uint head = Volatile.Read(ref _head);
            item = null;
            if (head == Volatile.Read(ref _tail))
            {
                return false;
            }

            item = Volatile.Read(ref _items[head % _items.Length]);
            Volatile.Write(ref _items[head % _items.Length], null);
            Volatile.Write(ref _head, head + 1);
            return true;
        }
    }
}
