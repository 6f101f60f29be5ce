package process

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Indexes of fields in /proc/<pid>/stat, counted from the field after the name (proc_pid_stat(5)).
const (
	fieldState   = 0
	fieldSession = 3
	fieldStart   = 19
)

// startTime returns the id of this boot and the time, in clock ticks since the boot, at which a process started. It
// returns "" if the process does not exist or is a zombie.
func startTime(pid int) string {
	fields := stat(pid)
	if len(fields) <= fieldStart || fields[fieldState] == "Z" {
		return ""
	}
	boot, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return strings.TrimSpace(string(boot)) + "/" + fields[fieldStart]
}

// stat returns the fields of /proc/<pid>/stat after the name, or nil if the process does not exist.
func stat(pid int) []string {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return nil
	}
	return strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
}

// EndSession kills the processes of a session whose environment contains the marker, a "NAME=value" pair. Such
// processes remain if the leader of the session was killed.
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
