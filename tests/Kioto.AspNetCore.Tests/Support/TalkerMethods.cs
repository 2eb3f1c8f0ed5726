using System;
using System.Globalization;
using System.Text;
using System.Threading.Tasks;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Kioto.Sync;

namespace Kioto.AspNetCore.Tests;

/// <summary>What <see cref="Talker"/>'s methods do.</summary>
public sealed class TalkerMethods : IServiceMethodProvider<Talker>
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<Talker> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.AddUnaryMethod(Talker.Ask, [], static (_, request, _) => request == "fail"
            ? throw new RpcException(new Status(StatusCode.NotFound, "asked for"))
            : Task.FromResult(request + "!"));
        context.AddUnaryMethod(Talker.Wait, [], static (_, _, call) => Talker.WaitAsync(call));
        context.AddClientStreamingMethod(Talker.Collect, [], static async (_, requests, _) =>
        {
            StringBuilder all = new();
            while (await requests.MoveNext(default))
            {
                all.Append(requests.Current);
            }

            return all.ToString();
        });
        context.AddServerStreamingMethod(Talker.Count, [], static async (_, request, responses, _) =>
        {
            int last = int.Parse(request, CultureInfo.InvariantCulture);
            for (int i = 0; i < last; i++)
            {
                await responses.WriteAsync(i.ToString(CultureInfo.InvariantCulture));
            }
        });
        context.AddDuplexStreamingMethod(Talker.Talk, [], static async (_, requests, responses, _) =>
        {
            while (await requests.MoveNext(default))
            {
                await responses.WriteAsync(requests.Current + "!");
            }
        });
        context.AddDuplexStreamingMethod(Talker.Work, [], static (_, requests, responses, _) => WorkAsync(requests, responses));
    }

    private static async Task WorkAsync(IAsyncStreamReader<string> requests, IServerStreamWriter<string> responses)
    {
        (MpscSender<string> sender, MpscReceiver<string> receiver) = Mpsc.Create<string>(2);
        JoinHandle answering = Kio.Spawn(async () =>
        {
            while ((await receiver.RecvAsync()).TryGetValue(out string? text))
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
#pragma warning disable KIO0006 // The call ends with the stream.
                await responses.WriteAsync(text + "?");
#pragma warning restore KIO0006
            }
        });
        await foreach (string request in requests.ReadAllAsync().ConfigureAwait(false))
        {
            string text = await Kio.SpawnBlocking(() => request + "!");
            await sender.SendAsync(text);
        }

        sender.Dispose();
        await answering;
    }
}
