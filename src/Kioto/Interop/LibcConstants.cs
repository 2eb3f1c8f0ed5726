namespace Kioto;

/// <summary>Linux's numbers for what <see cref="Libc"/> calls; the same on x64 and arm64.</summary>
internal static partial class Libc
{
    internal const int EpollCloseOnExec = 0x80000;
    internal const int EpollAdd = 1;
    internal const int EpollDelete = 2;
    internal const uint EpollIn = 0x1;
    internal const uint EpollUrgent = 0x2; // EPOLLPRI
    internal const uint EpollOut = 0x4;
    internal const uint EpollError = 0x8;
    internal const uint EpollHangUp = 0x10;
    internal const uint EpollReadHangUp = 0x2000;
    internal const uint EpollEdgeTriggered = 1u << 31;
    internal const nint EpollWaitPreciseNumber = 441;

    internal const int EventFdFlags = 0x80000 | 0x800; // EFD_CLOEXEC | EFD_NONBLOCK

    internal const int FamilyUnix = 1;
    internal const int FamilyInet = 2;
    internal const int FamilyInet6 = 10;
    internal const int StreamSocket = 1 | 0x80000 | 0x800; // SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK
    internal const int AcceptFlags = 0x80000 | 0x800; // SOCK_CLOEXEC | SOCK_NONBLOCK
    internal const short PollRead = 1; // POLLIN
    internal const int NoSignal = 0x4000;

    internal const int LevelSocket = 1;
    internal const int LevelTcp = 6;
    internal const int LevelIPv6 = 41;
    internal const int OptionReuseAddress = 2;
    internal const int OptionType = 3;
    internal const int OptionError = 4;
    internal const int OptionReusePort = 15;
    internal const int OptionPeerCredentials = 17;
    internal const int OptionIsListening = 30; // SO_ACCEPTCONN
    internal const int OptionFamily = 39; // SO_DOMAIN
    internal const int OptionLinger = 13;
    internal const int OptionNoDelay = 1;
    internal const int OptionIPv6Only = 26;

    internal const int DescriptorGetFlags = 3; // F_GETFL
    internal const int DescriptorSetFlags = 4; // F_SETFL
    internal const int DescriptorDuplicate = 1030; // F_DUPFD_CLOEXEC
    internal const int NonBlocking = 0x800; // O_NONBLOCK
    internal const int TypeStream = 1; // SOCK_STREAM, as getsockopt tells it.

    internal const int ErrorNoEntry = 2;
    internal const int ErrorInterrupted = 4;
    internal const int ErrorBadDescriptor = 9;
    internal const int ErrorAgain = 11;
    internal const int ErrorNoDirectory = 20;
    internal const int ErrorTooManyDescriptors = 24;
    internal const int ErrorPipe = 32;
    internal const int ErrorNotSocket = 88;
    internal const int ErrorAddressInUse = 98;
    internal const int ErrorConnectionAborted = 103;
    internal const int ErrorRefused = 111;
    internal const int ErrorInProgress = 115;
}
