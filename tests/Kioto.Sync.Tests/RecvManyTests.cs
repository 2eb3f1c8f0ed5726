using System;
using System.Collections;
using System.Collections.Generic;
using Kioto.Sync;

namespace Kioto.SyncTests;

public sealed class RecvManyTests
{
    [Fact]
    public void ACollectionThatTakesNothingIsRefusedAtOnce() => Host.Run(async _ =>
    {
        (UnboundedMpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.CreateUnbounded<int>();
        sender.Send(1);
        Assert.Throws<ArgumentException>(() => (object)receiver.RecvManyAsync(new int[8], 8));
        Assert.Equal(1, (await receiver.RecvAsync()).Value);
    });

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void ACollectionWhoseAddThrowsLosesNothing(int room) => Host.Run(async _ =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(8);
        for (int i = 0; i < 4; i++)
        {
            Assert.True(sender.TrySend(i).IsSent);
        }

        Narrow narrow = new(room);
        await Assert.ThrowsAsync<NotSupportedException>(async () => await receiver.RecvManyAsync(narrow, 8));
        Assert.Equal(room, narrow.Count);
        Assert.Equal(4 + room, sender.Capacity);
        for (int i = room; i < 4; i++)
        {
            Assert.Equal(i, (await receiver.RecvAsync()).Value);
        }

        Assert.Equal(8, sender.Capacity);
    });

    [Fact]
    public void AnAddThatThrowsAfterAWaitLosesNothingEither() => Host.Run(async spawner =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(8);
        Job job = spawner.Spawn(async () =>
        {
            await Assert.ThrowsAsync<NotSupportedException>(async () => await receiver.RecvManyAsync(new Narrow(0), 8));
            Assert.Equal(7, (await receiver.RecvAsync()).Value);
        });
        await Spawner.Settle();
        Assert.True(sender.TrySend(7).IsSent);
        await job.Join();
    });

    [Fact]
    public void ACollectionThatReceivesWhenItIsAddedToIsToldOff() => Host.Run(async _ =>
    {
        (UnboundedMpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.CreateUnbounded<int>();
        sender.Send(1);
        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await receiver.RecvManyAsync(new Narrow(1, () => receiver.TryRecv(out int _)), 8));
        Assert.True(receiver.TryRecv(out int value));
        Assert.Equal(1, value);
    });

    /// <summary>A collection with room for so many.</summary>
    private sealed class Narrow(int room, Action? adding = null) : ICollection<int>
    {
        private readonly List<int> _items = [];

        public int Count => _items.Count;

        public bool IsReadOnly => false;

        public void Add(int item)
        {
            adding?.Invoke();
            if (Count == room)
            {
                throw new NotSupportedException();
            }

            _items.Add(item);
        }

        public void Clear() => _items.Clear();

        public bool Contains(int item) => _items.Contains(item);

        public void CopyTo(int[] array, int arrayIndex) => _items.CopyTo(array, arrayIndex);

        public bool Remove(int item) => _items.Remove(item);

        public IEnumerator<int> GetEnumerator() => _items.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
