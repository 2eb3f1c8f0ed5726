using System;
using System.Collections.Generic;
using Kioto.Sync;

namespace Kioto.Tool.Bench;

/// <summary>Channels from many to one: made for one value, crowded, and emptied by the batch.</summary>
internal static class KiotoMpsc
{
    public static async Future<Sample> Create(int ops)
    {
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            (MpscSender<MediumValue> sender, MpscReceiver<MediumValue> receiver) = Mpsc.Create<MediumValue>(Workload.FullCapacity);
            sender.Dispose();
            receiver.Dispose();
        }

        return measurement.Stop(ops);
    }

    public static async Future<Sample> Send<T>(int ops)
        where T : struct
    {
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            (MpscSender<T> sender, MpscReceiver<T> receiver) = Mpsc.Create<T>(Workload.RoomyCapacity);
            await sender.SendAsync(default);
            await receiver.RecvAsync();
            sender.Dispose();
            receiver.Dispose();
        }

        return measurement.Stop(ops);
    }

    public static Func<int, Future<Sample>> BoundedMany { get; } =
        KiotoSync.MpscBounded(Workload.Producers, Workload.FullCapacity, TakeMany);

    public static Future<Sample> Unbounded(int ops) => Unbounded(ops, TakeOneByOne);

    public static Future<Sample> UnboundedMany(int ops) => Unbounded(ops, TakeMany);

    internal static async Future TakeOneByOne(MpscReceiver<int> receiver)
    {
        while ((await receiver.RecvAsync()).HasValue)
        {
        }
    }

    private static async Future<Sample> Unbounded(int ops, Func<MpscReceiver<int>, Future> take)
    {
        (UnboundedMpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.CreateUnbounded<int>();
        JoinHandle[] handles = new JoinHandle[Workload.Producers];
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < handles.Length; i++)
        {
            int share = Workload.Share(ops, handles.Length, i);
            UnboundedMpscSender<int> mine = sender.Clone();
            handles[i] = Kio.Spawn(async () =>
            {
                for (int j = 0; j < share; j++)
                {
                    mine.Send(j);
                    if (j % Workload.ChannelCapacity == 0)
                    {
                        await Kio.YieldNow();
                    }
                }

                mine.Dispose();
            });
        }

        sender.Dispose();
        await take(receiver);
        await KiotoSpawns.JoinAll(handles, handles.Length);
        return measurement.Stop(ops);
    }

    private static async Future TakeMany(MpscReceiver<int> receiver)
    {
        List<int> taken = new(Workload.Batch);
        while (await receiver.RecvManyAsync(taken, Workload.Batch) > 0)
        {
            taken.Clear();
        }
    }
}
