using System.Globalization;
using System.Threading.Tasks;

namespace Kioto.AspNetCore.Tests.Child;

/// <summary>What Kioto.AspNetCore.Tests has to do in another process.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args) => args switch
    {
        ["connections", var port, var count] => Connections.Hold(Number(port), Number(count)),
        ["no-ipv6", var transport] => await WithoutIPv6.Serve(kioto: transport == "Kioto"),
        _ => 99,
    };

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
