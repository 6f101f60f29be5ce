package process

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

const (
	fieldState   = 0 // of /proc/<pid>/stat, counted from behind the name
	fieldSession = 3
	fieldStart   = 19
)

// startTime returns when a process started, in the kernel's own count since this boot; "" when there is none.
func startTime(pid int) string {
	fields := stat(pid)
	if len(fields) <= fieldStart || fields[fieldState] == "Z" {
		return ""
	}
	boot, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return strings.TrimSpace(string(boot)) + "/" + fields[fieldStart]
}

func stat(pid int) []string {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return nil
	}
	return strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
}

// EndSession kills what a killed process left behind: members of its session whose environment holds "NAME=value".
func EndSession(leader int, marker string) {
	paths, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, path := range paths {
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		fields := stat(pid)
		if len(fields) <= fieldSession || fields[fieldSession] != strconv.Itoa(leader) {
			continue
		}
		environment, err := os.ReadFile(path)
		if err == nil && strings.Contains("\x00"+string(environment), "\x00"+marker+"\x00") {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}
