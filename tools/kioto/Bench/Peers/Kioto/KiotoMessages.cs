using System;
using System.Threading;
using Kioto.Sync;

namespace Kioto.Tool.Bench;

/// <summary>Yields, ping-pong, chains of spawns and nested calls.</summary>
internal static class KiotoMessages
{
    private static readonly Notify s_done = new();
    private static int s_left;

    public static async Future<Sample> YieldMany(int ops)
    {
        int yields = Math.Max(1, ops / Workload.YieldTasks);
        JoinHandle[] handles = new JoinHandle[Workload.YieldTasks];
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < handles.Length; i++)
        {
            handles[i] = Kio.Spawn(Yields(yields));
        }

        await KiotoSpawns.JoinAll(handles, handles.Length);
        return measurement.Stop((long)handles.Length * yields);
    }

    public static async Future<Sample> PingPong(int ops)
    {
        Measurement measurement = Measurement.Start();
        foreach (int pairs in Workload.Rounds(ops))
        {
            s_left = pairs;
            Kio.Detach(Pairs(pairs));
            await s_done.NotifiedAsync();
        }

        return measurement.Stop(ops);
    }

    public static async Future<Sample> ChainedSpawn(int ops)
    {
        Measurement measurement = Measurement.Start();
        foreach (int links in Workload.Rounds(ops))
        {
            Kio.Detach(Link(links));
            await s_done.NotifiedAsync();
        }

        return measurement.Stop(ops);
    }

    /// <summary>One operation is a call eight deep that yields once at the bottom.</summary>
    public static async Future<Sample> AwaitNested(int ops)
    {
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            await Nested1();
        }

        return measurement.Stop(ops);
    }

    private static async Future Yields(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await Kio.YieldNow();
        }
    }

    private static async Future Pairs(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Kio.Detach(Pair());
        }
    }

    private static async Future Pair()
    {
        (OneshotSender<bool> ping, OneshotReceiver<bool> pinged) = Oneshot.Create<bool>();
        (OneshotSender<bool> pong, OneshotReceiver<bool> ponged) = Oneshot.Create<bool>();
        Kio.Detach(Pong(pinged, pong));
        ping.Send(true);
        await ponged.RecvAsync();
        if (Interlocked.Decrement(ref s_left) == 0)
        {
            s_done.NotifyOne();
        }
    }

    private static async Future Pong(OneshotReceiver<bool> ping, OneshotSender<bool> pong)
    {
        await ping.RecvAsync();
        pong.Send(true);
    }

    private static async Future Link(int left)
    {
        if (left == 1)
        {
            s_done.NotifyOne();
        }
        else
        {
            Kio.Detach(Link(left - 1));
        }
    }

    private static async Future Nested1() => await Nested2();

    private static async Future Nested2() => await Nested3();

    private static async Future Nested3() => await Nested4();

    private static async Future Nested4() => await Nested5();

    private static async Future Nested5() => await Nested6();

    private static async Future Nested6() => await Nested7();

    private static async Future Nested7() => await Nested8();

    private static async Future Nested8() => await Kio.YieldNow();
}
