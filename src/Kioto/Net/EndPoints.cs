using System;
using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Kioto.Net;

/// <summary>Reads "host:port".</summary>
internal static class EndPoints
{
    private const int MaxNameLength = 255;

    // What no host name or IPv4 address has: it means that the user wrote a URL, or an IPv6 address without brackets.
    private static readonly SearchValues<char> s_notInNames = SearchValues.Create("[]:/@?#\\ \t\r\n\0");

    /// <summary>Splits an address; the host of an IPv6 address stands in brackets.</summary>
    /// <param name="address">The address.</param>
    /// <param name="host">The host, without brackets.</param>
    /// <param name="port">The port.</param>
    /// <exception cref="FormatException">The address is malformed.</exception>
    internal static void Split(string address, out string host, out int port)
    {
        ArgumentNullException.ThrowIfNull(address);
        int colon = address.LastIndexOf(':');
        if (colon <= 0
            || !int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port)
            || port > IPEndPoint.MaxPort)
        {
            throw Malformed(address);
        }

        host = address[..colon];
        if (host[0] == '[' && host[^1] == ']')
        {
            host = host[1..^1];
            if (!IsIPv6(host))
            {
                throw Malformed(address);
            }
        }
        else if (host.Length > MaxNameLength || host.AsSpan().ContainsAny(s_notInNames))
        {
            throw Malformed(address);
        }
    }

    /// <summary>Reads an address of this machine: an IP address or "localhost", and a port.</summary>
    /// <param name="address">The address.</param>
    /// <returns>The end point.</returns>
    /// <exception cref="FormatException">The address is malformed, or names a host.</exception>
    internal static IPEndPoint ParseLocal(string address)
    {
        Split(address, out string host, out int port);
        if (string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase))
        {
            return new IPEndPoint(IPAddress.Loopback, port);
        }

        return IPAddress.TryParse(host, out IPAddress? ip)
            ? new IPEndPoint(ip, port)
            : throw new FormatException(
                $"'{host}' is not an IP address. A listener binds to an address of this machine, such as 127.0.0.1:8080.");
    }

    private static bool IsIPv6(string host) =>
        !host.Contains('[', StringComparison.Ordinal) && IPAddress.TryParse(host, out IPAddress? ip)
        && ip.AddressFamily == AddressFamily.InterNetworkV6;

    private static FormatException Malformed(string address) =>
        new($"'{address}' is not an address. Write host:port, such as 127.0.0.1:8080, [::1]:8080 or example.com:80.");
}
