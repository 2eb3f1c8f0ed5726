using System;
using System.Net.Sockets;
using System.Text.Json;
using Kioto.Tool.Bench;

namespace Kioto.Tool.Tests.Commands;

/// <summary>The tool's servers in a process of their own, under the tool's load.</summary>
public sealed class ServeAndLoadTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("echo")]
    [InlineData("http")]
    public void A_load_reports_what_a_server_did(string protocol)
    {
        using ChildProcess server = Serve(protocol, out JsonElement greeting);
        Assert.Equal(protocol, greeting.GetProperty("protocol").GetString());
        Assert.Equal(1, greeting.GetProperty("workers").GetInt32());
        Assert.Equal("epoll", greeting.GetProperty("driver").GetString());

        (int exitCode, string output, string error) = InProcess.Run(
            "load", protocol, "--json", "--port", Port(greeting), "--connections", "8", "--seconds", "2");
        Assert.True(exitCode == 0, error);
        JsonElement figures = JsonElement.Parse(output);
        Assert.True(figures.GetProperty("messages").GetInt64() > 0);
        Assert.True(figures.GetProperty("rate").GetDouble() > 0);
        double last = 0;
        foreach (string name in (string[])["p50_us", "p99_us", "p999_us", "max_us"])
        {
            double next = figures.GetProperty(name).GetDouble();
            Assert.True(next > 0 && next >= last, $"{name}: {next} after {last}");
            last = next;
        }

        Assert.True(figures.GetProperty("mean_us").GetDouble() > 0);
        Assert.False(server.HasExited);
    }

    [Fact]
    public void A_load_of_another_protocol_fails_with_1()
    {
        using ChildProcess server = Serve("echo", out JsonElement greeting);

        // It ends as soon as it is seen.
        (int exitCode, _, string error) = InProcess.Run("load", "http", "--port", Port(greeting), "--seconds", "15");
        Assert.Equal(1, exitCode);
        Assert.Contains($"http on port {Port(greeting)}: ", error, StringComparison.Ordinal);
        Assert.False(server.HasExited);
    }

    [Fact]
    public void A_port_that_is_taken_fails_with_1()
    {
        using ChildProcess server = Serve("echo", out JsonElement greeting);
        (int exitCode, _, string error) = InProcess.Run("serve", "echo", "--port", Port(greeting));
        Assert.Equal(1, exitCode);
        Assert.Contains($"127.0.0.1:{Port(greeting)}", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_tour_tells_machines_what_it_found()
    {
        (int exitCode, string output, string error) = InProcess.Run("tour", "--seconds", "1", "--json");
        Assert.True(exitCode == 0, error);
        JsonElement found = JsonElement.Parse(output);
        Assert.Equal("epoll", found.GetProperty("driver").GetString());
        foreach (string peer in (string[])["kioto", "dotnet"])
        {
            int[] connections = [1, 64, 512];
            for (int i = 0; i < connections.Length; i++)
            {
                JsonElement stage = found.GetProperty(peer)[i];
                Assert.Equal(connections[i], stage.GetProperty("connections").GetInt32());
                Assert.True(stage.GetProperty("load").GetProperty("messages").GetInt64() > 0);
                Assert.True(stage.GetProperty("cpu_us_per_message").GetDouble() > 0);
            }
        }

        Assert.True(found.GetProperty("kioto_worst_lateness_ms").GetDouble() > 0);
        Assert.True(found.GetProperty("thread_pool_worst_lateness_ms").GetDouble() > 0);
    }

    private static string Port(JsonElement greeting) => $"{greeting.GetProperty("port").GetInt32()}";

    private static ChildProcess Serve(string protocol, out JsonElement greeting)
    {
        ChildProcess server = new(SelfCommand.Create().With("serve", protocol, "--port", "0", "--workers", "1", "--json"));
        try
        {
            greeting = JsonElement.Parse(server.ReadLine(s_patience));

            // It has answered once, however slow the machine is: what follows has a second or two.
            using TcpClient client = new("127.0.0.1", greeting.GetProperty("port").GetInt32());
            client.Client.Send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8);
            Assert.True(client.Client.Receive(new byte[64]) > 0);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }
}
