using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kioto.AspNetCore;

/// <summary>Says at the start that Kestrel's own transport carries the connections here.</summary>
internal sealed class NoSocketsWarning(ILoggerFactory loggers) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Log.NoSockets(loggers.CreateLogger(Log.Category), RuntimeInformation.RuntimeIdentifier);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
