using System;
using System.IO;
using System.Net.Sockets;
using Xunit;

namespace Kioto.Net.Tests;

public class ErrorsTests
{
    [Theory]
    [InlineData(1, SocketError.AccessDenied)]
    [InlineData(2, SocketError.AddressNotAvailable)]
    [InlineData(11, SocketError.WouldBlock)]
    [InlineData(12, SocketError.NoBufferSpaceAvailable)]
    [InlineData(13, SocketError.AccessDenied)]
    [InlineData(14, SocketError.Fault)]
    [InlineData(20, SocketError.AddressNotAvailable)]
    [InlineData(22, SocketError.InvalidArgument)]
    [InlineData(23, SocketError.TooManyOpenSockets)]
    [InlineData(30, SocketError.AccessDenied)]
    [InlineData(32, SocketError.Shutdown)]
    [InlineData(40, SocketError.AddressNotAvailable)]
    [InlineData(88, SocketError.NotSocket)]
    [InlineData(90, SocketError.MessageSize)]
    [InlineData(91, SocketError.ProtocolType)]
    [InlineData(92, SocketError.ProtocolOption)]
    [InlineData(93, SocketError.ProtocolNotSupported)]
    [InlineData(95, SocketError.OperationNotSupported)]
    [InlineData(97, SocketError.AddressFamilyNotSupported)]
    [InlineData(98, SocketError.AddressAlreadyInUse)]
    [InlineData(99, SocketError.AddressNotAvailable)]
    [InlineData(100, SocketError.NetworkDown)]
    [InlineData(101, SocketError.NetworkUnreachable)]
    [InlineData(102, SocketError.NetworkReset)]
    [InlineData(103, SocketError.ConnectionAborted)]
    [InlineData(104, SocketError.ConnectionReset)]
    [InlineData(105, SocketError.NoBufferSpaceAvailable)]
    [InlineData(106, SocketError.IsConnected)]
    [InlineData(107, SocketError.NotConnected)]
    [InlineData(110, SocketError.TimedOut)]
    [InlineData(111, SocketError.ConnectionRefused)]
    [InlineData(112, SocketError.HostDown)]
    [InlineData(113, SocketError.HostUnreachable)]
    [InlineData(114, SocketError.AlreadyInProgress)]
    [InlineData(125, SocketError.OperationAborted)]
    public void Errno_becomes_the_socket_error(int errno, SocketError expected)
    {
        SocketException exception = Errors.Socket(errno, "Doing it failed");
        Assert.Equal(expected, exception.SocketErrorCode);
        Assert.StartsWith("Doing it failed: ", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith(new SocketException((int)expected).Message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_that_has_too_many_descriptors_is_told_its_limit()
    {
        SocketException exception = Errors.Socket(24, "Accepting failed");
        Assert.Equal(SocketError.TooManyOpenSockets, exception.SocketErrorCode);
        Assert.StartsWith("Accepting failed: the process has ", exception.Message, StringComparison.Ordinal);
        Assert.Contains("ulimit -n", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_errno_without_a_name_in_dotnet_is_told_by_number() =>
        Assert.Contains("errno 71", Errors.Socket(71, "accept").Message, StringComparison.Ordinal);

    [Fact]
    public void Streams_fail_with_an_IOException_around_it()
    {
        IOException exception = Errors.Stream(104, "Reading failed");
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(exception.InnerException).SocketErrorCode);
        Assert.StartsWith("Reading failed: ", exception.Message, StringComparison.Ordinal);
    }
}
