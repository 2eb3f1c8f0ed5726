using System;
using System.Collections.Generic;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace Kioto.Tool.Bench;

/// <summary>.NET's channels with one reader: made for one value, crowded, and emptied by the batch.</summary>
internal static class DotnetMpsc
{
    public static async Task<Sample> Create(int ops)
    {
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            Bounded<MediumValue>(Workload.FullCapacity).Writer.Complete();
        }

        return measurement.Stop(ops);
    }

    public static async Task<Sample> Send<T>(int ops)
        where T : struct
    {
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            Channel<T> channel = Bounded<T>(Workload.RoomyCapacity);
            await channel.Writer.WriteAsync(default);
            await channel.Reader.ReadAsync();
            channel.Writer.Complete();
        }

        return measurement.Stop(ops);
    }

    public static Task<Sample> BoundedMany(int ops) => Through(Bounded<int>(Workload.FullCapacity), ops, WriteAsync, TakeMany);

    public static Task<Sample> Unbounded(int ops) => Through(Unbounded(), ops, Write, async channel =>
    {
        for (int i = 0; i < ops; i++)
        {
            await channel.ReadAsync();
        }
    });

    public static Task<Sample> UnboundedMany(int ops) => Through(Unbounded(), ops, Write, TakeMany);

    private static async Task<Sample> Through(Channel<int> channel, int ops, Func<ChannelWriter<int>, int, Task> write, Func<ChannelReader<int>, Task> take)
    {
        Task[] tasks = new Task[Workload.Producers];
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < tasks.Length; i++)
        {
            int share = Workload.Share(ops, tasks.Length, i);
            tasks[i] = Task.Run(() => write(channel.Writer, share));
        }

        Task taking = take(channel.Reader);
        await Task.WhenAll(tasks);
        channel.Writer.Complete();
        await taking;
        return measurement.Stop(ops);
    }

    private static async Task WriteAsync(ChannelWriter<int> writer, int count)
    {
        for (int j = 0; j < count; j++)
        {
            await writer.WriteAsync(j);
        }
    }

    private static async Task Write(ChannelWriter<int> writer, int count)
    {
        for (int j = 0; j < count; j++)
        {
            writer.TryWrite(j);
            if (j % Workload.ChannelCapacity == 0)
            {
                await Task.Yield();
            }
        }
    }

    private static async Task TakeMany(ChannelReader<int> reader)
    {
        List<int> taken = new(Workload.Batch);
        while (await reader.WaitToReadAsync())
        {
            while (taken.Count < Workload.Batch && reader.TryRead(out int value))
            {
                taken.Add(value);
            }

            taken.Clear();
        }
    }

    private static Channel<T> Bounded<T>(int capacity) =>
        Channel.CreateBounded<T>(new BoundedChannelOptions(capacity) { SingleReader = true });

    private static Channel<int> Unbounded() => Channel.CreateUnbounded<int>(new UnboundedChannelOptions { SingleReader = true });
}
