using System;
using System.Runtime.InteropServices;

namespace Kioto.AspNetCore.Tests.Child;

/// <summary>Has the kernel refuse some of them to this process (seccomp).</summary>
internal static unsafe partial class SystemCalls
{
    private const int SetNoNewPrivileges = 38;
    private const long SetFilter = 1;
    private const long AllThreads = 1;
    private const ushort Load = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort Return = 0x06;
    private const uint NumberOffset = 0;
    private const uint FirstArgumentOffset = 16;
    private const uint FamilyInet6 = 10;
    private const uint NotSupported = 97; // EAFNOSUPPORT
    private const uint Allow = 0x7fff0000;
    private const uint Fail = 0x00050000;

    /// <summary>Sockets of IPv6 are refused from here on, as where the kernel was started without it.</summary>
    internal static void RefuseIPv6()
    {
        bool arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        Instruction* filter = stackalloc Instruction[6];
        filter[0] = new Instruction(Load, NumberOffset);
        filter[1] = new Instruction(JumpIfEqual, arm ? 198u : 41u, otherwise: 3); // socket
        filter[2] = new Instruction(Load, FirstArgumentOffset);
        filter[3] = new Instruction(JumpIfEqual, FamilyInet6, otherwise: 1);
        filter[4] = new Instruction(Return, Fail | NotSupported);
        filter[5] = new Instruction(Return, Allow);
        Filter program = new() { Length = 6, Instructions = filter };
        if (Control(SetNoNewPrivileges, 1, 0, 0, 0) != 0 || Call(arm ? 277 : 317, SetFilter, AllThreads, &program) != 0)
        {
            throw new InvalidOperationException($"The kernel takes no filter (errno {Marshal.GetLastSystemError()}).");
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial long Call(long number, long operation, long flags, Filter* program);

    /// <summary>One of the kernel's filters' own instructions.</summary>
    private readonly struct Instruction(ushort code, uint value, byte otherwise = 0)
    {
        private readonly ushort _code = code;
        private readonly ushort _jumps = (ushort)(otherwise << 8); // The next one if it holds.
        private readonly uint _value = value;
    }

    private struct Filter
    {
        internal ushort Length;
        internal Instruction* Instructions;
    }
}
