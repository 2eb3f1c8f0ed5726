using System;
using Kioto;
using Kioto.Net;

Runtime.Run(async () =>
{
    using var listener = TcpListener.Bind("127.0.0.1:7000");
    while (true)
    {
        Kio.Detach(Echo(await listener.AcceptAsync()));
    }
});

static async Future Echo(TcpStream stream)
{
    using TcpStream connection = stream;
    var buffer = new byte[4096];
    while (await stream.ReadAsync(buffer) is > 0 and var count)
    {
        await stream.WriteAllAsync(buffer.AsMemory(0, count));
    }
}
