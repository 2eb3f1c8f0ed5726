using System;
using Microsoft.AspNetCore.Hosting.Server;

namespace Kioto.AspNetCore;

/// <summary>
/// Ends the server before its runtime where an application is disposed that was not stopped: services go in the reverse
/// order of their making, and the server has been made with the application, the runtime when it started.
/// </summary>
internal sealed class ServerEnd(IServer server) : IDisposable
{
    public void Dispose() => server.Dispose(); // The second time it does nothing.
}
