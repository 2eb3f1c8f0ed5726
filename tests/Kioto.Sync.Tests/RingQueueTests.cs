using System;
using System.Collections.Generic;
using CsCheck;
using Kioto.Sync;

namespace Kioto.SyncTests;

/// <summary>The queue under an mpmc channel's lock beside the plainest model of it.</summary>
public sealed class RingQueueTests
{
    [Fact]
    public void ItIsAQueueThatGrowsByRings()
    {
        Gen.Select(Gen.Int[0, 4], Gen.Int[1, 60]).Array[1, 60].Sample(
            steps =>
            {
                RingQueue<int> queue = default;
                LinkedList<int> model = [];
                int next = 0;
                foreach ((int step, int argument) in steps)
                {
                    if (step == 0)
                    {
                        int[] back = new int[1 + (argument % 16)];
                        Array.Fill(back, next++);
                        PutBack(ref queue, back);
                        foreach (int item in back)
                        {
                            model.AddFirst(item);
                        }
                    }
                    else
                    {
                        for (int i = 0; i < argument; i++)
                        {
                            if (step < 3)
                            {
                                Enqueue(ref queue, next);
                                model.AddLast(next++);
                            }
                            else if (model.First is { } first)
                            {
                                Assert.Equal(first.Value, queue.Dequeue());
                                model.RemoveFirst();
                            }
                        }
                    }

                    Assert.Equal(model.Count, queue.Count);
                }
            },
            iter: 500,
            threads: 1);
    }

    [Fact]
    public void InSteadyStateItNeedsNoRing()
    {
        RingQueue<int> queue = default;
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 50; i++)
            {
                if (round == 0)
                {
                    Enqueue(ref queue, i);
                }
                else
                {
                    RingQueue<int>.Ring? none = null;
                    Assert.True(queue.TryEnqueue(i, ref none, out _));
                }
            }

            for (int i = 0; i < 50; i++)
            {
                Assert.Equal(i, queue.Dequeue());
            }
        }
    }

    private static void Enqueue(ref RingQueue<int> queue, int item)
    {
        RingQueue<int>.Ring? spare = null;
        if (!queue.TryEnqueue(item, ref spare, out int capacity))
        {
            spare = RingQueue<int>.NewRing(capacity);
            Assert.True(queue.TryEnqueue(item, ref spare, out _));
        }

        Assert.Null(spare);
    }

    private static void PutBack(ref RingQueue<int> queue, int[] items)
    {
        RingQueue<int>.Ring? spare = null;
        if (!queue.TryPutBack(items, ref spare, out int capacity))
        {
            spare = RingQueue<int>.NewRing(capacity);
            Assert.True(queue.TryPutBack(items, ref spare, out _));
        }

        Assert.Null(spare);
    }
}
