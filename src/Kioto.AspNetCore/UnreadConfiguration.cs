using System;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Kioto.AspNetCore;

/// <summary>Says at the start that the section "Kioto" of the configuration is read by nobody: AddKioto would, UseKioto alone does not.</summary>
internal static partial class UnreadConfiguration
{
    private const string Section = "Kioto"; // That of Kioto.Hosting, which is not referenced here.

    /// <summary>Warns if there is such a section, and nobody has called AddKioto.</summary>
    /// <param name="services">The application's services.</param>
    internal static void WarnOf(IServiceProvider services)
    {
        if (services.GetService<ConfigurationIsRead>() is null
            && services.GetService<IConfiguration>()?.GetSection(Section).Exists() == true)
        {
            Unread(services.GetRequiredService<ILoggerFactory>().CreateLogger("Microsoft.AspNetCore.Server.Kestrel.Transport.Kioto"), Section);
        }
    }

    [LoggerMessage(33, LogLevel.Warning, "Nobody reads the section \"{Section}\" of the configuration: UseKioto alone does not. Call services.AddKioto() of the package Kioto.Hosting, or remove the section.", EventName = "ConfigurationUnread")]
    private static partial void Unread(ILogger logger, string section);
}
