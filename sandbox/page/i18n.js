/**
 * The page's own words in Chinese and English, and switching between them while the page is open.
 * Must not know what the bot says: that is in the messages.
 */
const CATALOGUE = {
  "app.title": ["窗口助手 Tollmate · 本地体验", "窗口助手 Tollmate · Local sandbox"],
  "app.hint": [
    "先选谁拿着手机，再按「开始」。两部手机用的是同一个机器人。",
    "Pick who holds each phone, then press Start. Both phones talk to one bot.",
  ],
  "app.hint.short": ["先选谁拿着手机，再按「开始」。", "Pick who holds the phone, then press Start."],
  "app.language": ["English", "中文"],
  "app.language.label": ["切换到 English", "切换到中文"],
  "app.phones": ["切换手机", "Switch phone"],
  "app.failed": ["连不上本地沙箱，正在重试……", "Cannot reach the sandbox, retrying…"],
  "bot.online": ["在线", "online"],
  "bot.offline": ["机器人未连接，正在等待……", "bot not connected, waiting…"],
  "bot.reconnecting": ["正在重新连接……", "reconnecting…"],
  "bot.typing": ["正在输入……", "typing…"],
  "bot.uploading": ["正在发送文件……", "sending a file…"],
  "phone.name": ["手机 {0}", "Phone {0}"],
  "phone.empty": ["请先在上方选择持机人", "First pick a holder above"],
  "phone.messages": ["聊天记录", "Messages"],
  "phone.bottom": ["回到最新消息", "To the latest message"],
  "phone.intro": ["这是 {0} 与机器人的聊天。", "This is the chat of {0} with the bot."],
  "phone.invited": ["已附带邀请链接，按「开始」即可。", "An invitation link is attached: just press Start."],
  "phone.quiet": ["还没有消息。按「开始」打个招呼。", "No messages yet. Press Start to say hello."],
  "phone.start": ["开始 START", "START 开始"],
  "phone.blocked": ["你已屏蔽机器人，它发不出消息给你", "You blocked the bot: it cannot write to you"],
  "phone.unblock": ["解除屏蔽", "Unblock"],
  "chats.label": ["聊天", "Chats"],
  "chats.bot": ["机器人", "Bot"],
  "group.with": ["{0} 人，机器人在群里", "Members: {0}, with the bot"],
  "group.ruled": ["{0} 人，机器人是管理员", "Members: {0}, the bot is an administrator"],
  "group.without": ["{0} 人，机器人不在群里", "Members: {0}, without the bot"],
  "group.add": ["把机器人加进群", "Add the bot"],
  "group.kick": ["把机器人移出群", "Remove the bot"],
  "group.promote": ["设机器人为管理员", "Make the bot an administrator"],
  "group.demote": ["撤销机器人管理员", "Make the bot an ordinary member"],
  "group.choose": ["把机器人加到哪个群？", "Add the bot to which group?"],
  "group.none": ["您还不在任何群里", "You are in no group yet"],
  "picker.label": ["更换持机人", "Change holder"],
  "picker.people": ["人员", "People"],
  "picker.none": ["选择持机人", "Pick a holder"],
  "picker.search": ["搜姓名、岗位、站名", "Search name, post, station"],
  "picker.stranger": ["陌生人（新账号）", "A stranger (new account)"],
  "picker.stranger.name": ["陌生人 {0}", "Stranger {0}"],
  "picker.stranger.caption": ["不在名册", "not on the roster"],
  "picker.nobody": ["没有匹配的人", "Nobody matches"],
  "picker.elsewhere": ["手机 {0}", "phone {0}"],
  "picker.unread": ["{0} 条未读", "{0} unread"],
  "picker.unread.others": ["其他人有未读消息", "Others have unread messages"],
  "menu.label": ["更多操作", "More"],
  "menu.block": ["屏蔽机器人", "Block the bot"],
  "menu.unblock": ["解除屏蔽", "Unblock the bot"],
  "menu.link": ["打开邀请链接…", "Open an invitation link…"],
  "menu.restart": ["重启机器人", "Restart the bot"],
  "menu.clear": ["清空聊天", "Clear the chat"],
  "menu.language": ["账号语言", "Account language"],
  "menu.restarted": ["正在重启机器人", "Restarting the bot"],
  "link.title": ["粘贴链接或邀请码", "Paste a link or an invitation code"],
  "link.open": ["打开", "Open"],
  "link.external": ["外部链接：{0}", "External link: {0}"],
  "composer.text": ["消息", "Message"],
  "composer.caption": ["添加说明……", "Add a caption…"],
  "composer.send": ["发送", "Send"],
  "composer.attach": ["发送照片或文件", "Attach a photo or a file"],
  "composer.photo": ["照片", "Photo"],
  "composer.document": ["文件", "File"],
  "composer.commands": ["命令菜单", "Commands"],
  "composer.keyboard": ["显示或收起键盘", "Show or hide the keyboard"],
  "composer.remove": ["移除 {0}", "Remove {0}"],
  "message.edited": ["已编辑", "edited"],
  "message.you": ["我：", "Me:"],
  "message.created": ["建了群", "created the group"],
  "message.joined": ["进了群", "joined the group"],
  "message.invited": ["邀请 {0} 进群", "added {0}"],
  "message.left": ["退出了群", "left the group"],
  "message.expelled": ["把 {0} 移出了群", "removed {0}"],
  "message.upgraded": ["把群升级成了超级群", "upgraded the group to a supergroup"],
  "message.pinned": ["置顶了一条消息", "pinned a message"],
  "message.forwarded": ["转发自 {0}", "Forwarded from {0}"],
  "message.other": ["（此处不支持显示这种消息）", "(this kind of message is not shown here)"],
  "message.photo": ["照片", "Photo"],
  "message.protected": ["禁止转发和保存", "Forwarding and saving are off"],
  "message.spoiler": ["点击显示", "Reveal"],
  "message.expand": ["展开或收起", "Expand or collapse"],
  "message.unsupported": ["本地体验不支持这个按钮", "This button is not supported here"],
  "message.copied": ["已复制", "Copied"],
  "media.close": ["关闭", "Close"],
  "media.download": ["下载", "Download"],
  "media.calendar": ["日历文件 · 点击查看", "Calendar file · open"],
  "media.where": ["地点", "Place"],
  "media.starts": ["开始", "Starts"],
  "media.ends": ["结束", "Ends"],
  "media.cancelled": ["已取消", "Cancelled"],
  "media.add": ["下载并加入日历", "Download to add to a calendar"],
  "poll.quiz": ["匿名测验", "Anonymous quiz"],
  "poll.quiz.public": ["测验", "Quiz"],
  "poll.regular": ["匿名投票", "Anonymous poll"],
  "poll.regular.public": ["投票", "Poll"],
  "poll.closed": ["已结束", "Final results"],
  "poll.vote": ["提交", "Vote"],
  "poll.voters": ["{0} 人已答", "{0} answered"],
  "poll.nobody": ["还没有人作答", "Nobody answered yet"],
  "poll.hidden": ["投票结束后公布结果", "Results are shown when the poll ends"],
  "poll.right": ["回答正确", "Correct"],
  "poll.wrong": ["回答错误", "Wrong"],
  "alert.ok": ["知道了", "OK"],
  "panel.toggle": ["故障与日志", "Faults & log"],
  "panel.faults": ["故障模拟", "Faults"],
  "panel.about": ["让机器人的网络出点问题，看它能否扛住。", "Give the bot's network some trouble and watch it cope."],
  "panel.close": ["收起面板", "Close the panel"],
  "fault.kind": ["类型", "Kind"],
  "fault.drop": ["断开", "Drop"],
  "fault.error": ["5xx 错误", "5xx"],
  "fault.delay": ["变慢", "Delay"],
  "fault.flood": ["限流 429", "429"],
  "fault.timeout_before": ["超时·未执行", "Timeout before"],
  "fault.timeout_after": ["超时·已执行", "Timeout after"],
  "fault.drop.about": [
    "不给回答就断开连接，方法没有执行。",
    "The connection closes unanswered; the method did not run.",
  ],
  "fault.error.about": ["服务器返回 5xx 错误。", "The server answers with a 5xx error."],
  "fault.delay.about": ["晚几秒才回答，其余正常。", "The answer comes late, otherwise normal."],
  "fault.flood.about": ["返回“请求过于频繁”，要求稍后再试。", "“Too Many Requests”: asks to retry later."],
  "fault.timeout_before.about": ["挂住几秒后断开，消息没有发出。", "Hangs, then closes: nothing was sent."],
  "fault.timeout_after.about": [
    "消息已经发出，回答却丢了，最考验防重复。",
    "It was sent but the answer is lost: the test of no duplicates.",
  ],
  "fault.method": ["方法", "Method"],
  "fault.method.all": ["全部方法", "all methods"],
  "fault.probability": ["概率", "Probability"],
  "fault.count": ["次数", "Times"],
  "fault.count.any": ["不限", "no limit"],
  "fault.seconds": ["秒数", "Seconds"],
  "fault.status": ["状态码", "Status"],
  "fault.add": ["开始模拟", "Add fault"],
  "fault.clear": ["全部停止", "Stop all"],
  "fault.delete": ["停止这一条", "Stop this one"],
  "fault.none": ["网络一切正常。", "The network is fine."],
  "fault.times": ["{0} 次", "{0}×"],
  "fault.for": ["{0} 秒", "{0} s"],
  "log.title": ["调用日志", "Call log"],
  "log.quiet": ["隐藏 getUpdates", "Hide getUpdates"],
  "day.today": ["今天", "Today"],
  "day.yesterday": ["昨天", "Yesterday"],
};

const LOCALES = ["zh-CN", "en"];
const STORE = "tollmate.language";
const listeners = new Set();
let current = LOCALES.indexOf(localStorage.getItem(STORE) ?? "");
if (current < 0) current = navigator.language.toLowerCase().startsWith("en") ? 1 : 0;

export function t(key, ...values) {
  const text = CATALOGUE[key]?.[current] ?? key;
  return text.replace(/\{(\d)\}/g, (_, index) => values[index] ?? "");
}

export const locale = () => LOCALES[current];

export function onLanguage(listener) {
  listeners.add(listener);
}

/** Puts the words of the current language on one element that carries catalogue keys. */
export function translate(element) {
  const { i18nwords, i18nlabel, i18nname, i18nhint } = element.dataset;
  if (i18nwords) element.textContent = t(...JSON.parse(i18nwords));
  if (i18nhint) element.placeholder = t(...JSON.parse(i18nhint));
  if (i18nname ?? i18nlabel) element.ariaLabel = t(...JSON.parse(i18nname ?? i18nlabel));
  if (i18nlabel) element.title = t(...JSON.parse(i18nlabel));
}

export function translateAll() {
  document.documentElement.lang = locale();
  document.title = t("app.title");
  document.querySelectorAll("[data-i18nwords], [data-i18nlabel], [data-i18nname], [data-i18nhint]").forEach(translate);
  listeners.forEach((listener) => listener());
}

export function switchLanguage() {
  current = 1 - current;
  localStorage.setItem(STORE, locale());
  translateAll();
}

const twoDigits = (number) => String(number).padStart(2, "0");

export function clock(seconds) {
  const when = new Date(seconds * 1000);
  return `${twoDigits(when.getHours())}:${twoDigits(when.getMinutes())}`;
}

/** "今天", "昨天", or the date; with the year where it is not this one. */
export function day(seconds, now = new Date()) {
  const when = new Date(seconds * 1000);
  const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  const ago = Math.round((midnight(now) - midnight(when)) / 86_400_000);
  if (ago === 0) return t("day.today");
  if (ago === 1) return t("day.yesterday");
  const year = when.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return when.toLocaleDateString(locale(), { year, month: "long", day: "numeric", weekday: "short" });
}
