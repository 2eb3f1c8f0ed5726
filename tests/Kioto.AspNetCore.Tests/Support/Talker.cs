using System;
using System.Threading;
using System.Threading.Tasks;
using Grpc.Core;

namespace Kioto.AspNetCore.Tests;

/// <summary>A gRPC service's methods, without generated code.</summary>
public sealed class Talker
{
    private static readonly Marshaller<string> s_text = Marshallers.StringMarshaller;

    internal static Method<string, string> Ask { get; } = Of(MethodType.Unary, "Ask");

    /// <summary>Joins what the client streams.</summary>
    internal static Method<string, string> Collect { get; } = Of(MethodType.ClientStreaming, "Collect");

    /// <summary>Counts to what the client says.</summary>
    internal static Method<string, string> Count { get; } = Of(MethodType.ServerStreaming, "Count");

    internal static Method<string, string> Talk { get; } = Of(MethodType.DuplexStreaming, "Talk");

    /// <summary>Waits for the call's end.</summary>
    internal static Method<string, string> Wait { get; } = Of(MethodType.Unary, "Wait");

    /// <summary>Answers by way of a task, a channel and a sleep of the runtime's.</summary>
    internal static Method<string, string> Work { get; } = Of(MethodType.DuplexStreaming, "Work");

    /// <summary>How many calls of <see cref="Wait"/> are waiting now, in all servers.</summary>
    internal static int Waiting => Volatile.Read(ref s_waiting);

    private static int s_waiting;

    internal static async Task<string> WaitAsync(ServerCallContext context)
    {
        Interlocked.Increment(ref s_waiting);
        try
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return "";
        }
        catch (OperationCanceledException)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "seen"));
        }
        finally
        {
            Interlocked.Decrement(ref s_waiting);
        }
    }

    private static Method<string, string> Of(MethodType type, string name) => new(type, "Talker", name, s_text, s_text);
}
